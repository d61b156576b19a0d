module innerwork

go 1.26
